//! The bill as a workbook: a sheet a section, and one that sums them; sums are formulas that a reader works out again.
//!
//! Written part by part: the format wants a dozen lines of XML a sheet, and a writer of ours puts amounts into the file as the exact
//! decimals that they are, where libraries take floats. The same bill gives the same bytes.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use analysis::bill::Total;

use super::{Shown, exact};
use crate::site::zip::Archive;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
/// Columns of a section's sheet.
const COLUMNS: [&str; 9] = ["Part", "Description", "MPN", "Need", "Packs", "Pack of", "Price", "Sum", "Supplier"];

/// The workbook's bytes.
pub fn workbook(shown: &Shown<'_>) -> Vec<u8> {
    let names = names(shown);
    let mut archive = Archive::default();
    let mut add = |path: &str, text: &str| archive.add(path.to_owned(), text.as_bytes());
    let sheets: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    let mut kinds = String::new();
    let mut listed = String::new();
    let mut related = String::new();
    for number in 1..=names.len() + 1 {
        let name = if number == 1 { "Total".to_owned() } else { escaped(&names[number - 2]) };
        let _ = write!(
            kinds,
            "<Override PartName=\"/xl/worksheets/sheet{number}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
        );
        let _ = write!(listed, "<sheet name=\"{name}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>");
        let _ = write!(
            related,
            "<Relationship Id=\"rId{number}\" Type=\"{RELATIONS}/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
        );
    }
    add(
        "[Content_Types].xml",
        &format!(
            "{HEAD}<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/>{kinds}</Types>"
        ),
    );
    add(
        "_rels/.rels",
        &format!(
            "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" Type=\"{RELATIONS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        ),
    );
    add(
        "xl/workbook.xml",
        &format!(
            "{HEAD}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><sheets>{listed}</sheets><calcPr calcId=\"0\" fullCalcOnLoad=\"1\"/></workbook>"
        ),
    );
    add(
        "xl/_rels/workbook.xml.rels",
        &format!(
            "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\">{related}<Relationship Id=\"rId{}\" Type=\"{RELATIONS}/styles\" Target=\"styles.xml\"/></Relationships>",
            names.len() + 2
        ),
    );
    add("xl/styles.xml", &styles());
    add("xl/worksheets/sheet1.xml", &totals(shown, &names, &sheets));
    for at in 0..names.len() {
        add(&format!("xl/worksheets/sheet{}.xml", at + 2), &section(shown, at));
    }
    archive.finish()
}

/// Style 0 plain, 1 bold, 2 an amount, 3 a bold amount.
fn styles() -> String {
    format!(
        "{HEAD}<styleSheet xmlns=\"{MAIN}\"><fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font><font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts><fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills><borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs><cellXfs count=\"4\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/><xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\"/><xf numFmtId=\"4\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/><xf numFmtId=\"4\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\"/></cellXfs></styleSheet>"
    )
}

/// One name a section: at most 31 letters, none that the format forbids, each once in any case.
fn names(shown: &Shown<'_>) -> Vec<String> {
    let mut taken: BTreeSet<String> = BTreeSet::from(["total".to_owned(), "history".to_owned()]);
    let mut names = Vec::new();
    for (name, ..) in &shown.bill.sections {
        let plain: String =
            name.chars().filter(|letter| !"[]:*?/\\'".contains(*letter) && !letter.is_control()).collect();
        let plain = if plain.trim().is_empty() { "Section" } else { plain.trim() };
        let mut made: String = plain.chars().take(31).collect();
        let mut again = 2;
        while !taken.insert(made.to_lowercase()) {
            made = format!("{} {again}", plain.chars().take(24).collect::<String>());
            again += 1;
        }
        names.push(made);
    }
    names
}

/// A sheet's name as a formula writes it.
fn quoted(name: &str) -> String {
    format!("'{}'", name.replace('\'', "''"))
}

/// Rows of a sheet in the making.
#[derive(Default)]
struct Rows {
    text: String,
    row: usize,
    column: usize,
}

impl Rows {
    fn start(&mut self) {
        self.row += 1;
        self.column = 0;
        let _ = write!(self.text, "<row r=\"{}\">", self.row);
    }

    fn end(&mut self) {
        self.text.push_str("</row>");
    }

    fn place(&mut self) -> String {
        self.column += 1;
        let letter = char::from(b'A' + u8::try_from(self.column - 1).expect("few columns"));
        format!("{letter}{}", self.row)
    }

    /// Text; a string is never taken for a formula.
    fn words(&mut self, words: &str, style: u8) {
        let place = self.place();
        if !words.is_empty() {
            let words = escaped(words);
            let _ = write!(
                self.text,
                "<c r=\"{place}\" s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{words}</t></is></c>"
            );
        }
    }

    fn number(&mut self, number: &str, style: u8) {
        let place = self.place();
        let _ = write!(self.text, "<c r=\"{place}\" s=\"{style}\"><v>{number}</v></c>");
    }

    /// A formula with what it comes to.
    fn formula(&mut self, formula: &str, comes_to: &str, style: u8) {
        let place = self.place();
        let formula = escaped(formula);
        let _ = write!(self.text, "<c r=\"{place}\" s=\"{style}\"><f>{formula}</f><v>{comes_to}</v></c>");
    }

    fn sheet(self, widths: &[u8]) -> String {
        let mut columns = String::new();
        for (at, width) in (1..).zip(widths) {
            let _ = write!(columns, "<col min=\"{at}\" max=\"{at}\" width=\"{width}\" customWidth=\"1\"/>");
        }
        format!(
            "{HEAD}<worksheet xmlns=\"{MAIN}\"><cols>{columns}</cols><sheetData>{}</sheetData></worksheet>",
            self.text
        )
    }
}

fn section(shown: &Shown<'_>, at: usize) -> String {
    let (_, lines, sum) = &shown.bill.sections[at];
    let mut rows = Rows::default();
    rows.start();
    COLUMNS.iter().for_each(|name| rows.words(name, 1));
    rows.end();
    for line in lines.iter().map(|&line| &shown.bill.lines[line]) {
        let part = shown.part(line);
        for bought in shown.purchases(line) {
            rows.start();
            rows.words(&part.id, 0);
            rows.words(&part.name, 0);
            rows.words(part.mpn.as_deref().unwrap_or_default(), 0);
            match line.metres {
                Some(metres) => rows.words(&super::metres(metres), 0),
                None => rows.number(&line.pieces.to_string(), 0),
            }
            rows.number(&bought.packs.to_string(), 0);
            rows.number(&bought.pack.to_string(), 0);
            let price = bought.price.and_then(|price| analysis::purchase::converted(shown.view.build, price));
            match price {
                Some(price) => {
                    rows.number(&exact(price.amount), 2);
                    let sum = price.amount.saturating_mul(bought.packs.into());
                    rows.formula(&format!("E{0}*G{0}", rows.row), &exact(sum), 2);
                }
                None => {
                    rows.words("unknown", 0);
                    rows.words("unknown", 0);
                }
            }
            rows.words(bought.offer.and_then(|offer| shown.vendor(offer)).unwrap_or_default(), 0);
            rows.end();
        }
    }
    let last = rows.row;
    rows.start();
    rows.words(least(sum), 1);
    (0..6).for_each(|_| rows.words("", 0));
    rows.formula(&format!("SUM(H2:H{last})"), &exact(sum.known.amount), 3);
    rows.words(&sum.known.currency, 1);
    rows.end();
    rows.sheet(&[18, 48, 20, 10, 8, 8, 12, 12, 16])
}

fn totals(shown: &Shown<'_>, names: &[String], sheets: &[String]) -> String {
    let bill = &shown.bill;
    let mut rows = Rows::default();
    rows.start();
    ["Section", "Sum", "Currency", "Lines without a price"].iter().for_each(|name| rows.words(name, 1));
    rows.end();
    for ((name, sheet), (_, lines, sum)) in names.iter().zip(sheets).zip(&bill.sections) {
        let count: usize = lines.iter().map(|&line| bill.lines[line].packs.len()).sum();
        rows.start();
        rows.words(name, 0);
        rows.formula(&format!("{sheet}!H{}", count + 2), &exact(sum.known.amount), 2);
        rows.words(&sum.known.currency, 0);
        rows.number(&sum.unknown.to_string(), 0);
        rows.end();
    }
    let last = rows.row;
    rows.start();
    rows.words(least(&bill.total), 1);
    rows.formula(&format!("SUM(B2:B{last})"), &exact(bill.total.known.amount), 3);
    rows.words(&bill.total.known.currency, 1);
    rows.formula(&format!("SUM(D2:D{last})"), &bill.total.unknown.to_string(), 1);
    rows.end();
    rows.sheet(&[32, 14, 10, 22])
}

fn least(total: &Total) -> &'static str {
    if total.unknown > 0 { "Total, at least" } else { "Total" }
}

/// Text as XML takes it; what XML cannot hold at all is left out.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' | '\t' => safe.push(letter),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {}
            letter => safe.push(letter),
        }
    }
    safe
}

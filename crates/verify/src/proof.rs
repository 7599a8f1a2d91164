//! Proofs, line by line: each cut is recomputed in the network, each derived clause propagated.

use crate::Steps;
use crate::asked::{Edge, Ground, Place, Question};
use crate::text::{Contact, Network, number, signed, words};
use crate::units::Units;

/// Marks that are all taken away at once.
struct Marks {
    stamps: Vec<u32>,
    stamp: u32,
}

impl Marks {
    fn new(size: usize) -> Self {
        Self { stamps: vec![0; size], stamp: 1 }
    }

    fn clear(&mut self) {
        if self.stamp == u32::MAX {
            self.stamps.fill(0);
            self.stamp = 0;
        }
        self.stamp += 1;
    }

    fn set(&mut self, index: u32) {
        self.stamps[index as usize] = self.stamp;
    }

    fn has(&self, index: u32) -> bool {
        self.stamps[index as usize] == self.stamp
    }
}

/// Reads the proofs of one file.
pub(crate) struct Checker<'a> {
    network: &'a Network,
    ground: &'a Ground,
    pub(crate) steps: Steps,
    units: Units,
    /// The question at hand, and whether its proof is at its end.
    open: Option<(Question, bool)>,
    /// By question.
    pub(crate) proved: Vec<bool>,
    pub(crate) cuts: u64,
    pub(crate) derived: u64,
    /// Nets of the listed nodes.
    side: Marks,
    /// Third rail nets in hard conflict with one of the question's.
    barred: Marks,
    /// Literals of the line.
    listed: Marks,
}

impl<'a> Checker<'a> {
    pub(crate) fn new(network: &'a Network, ground: &'a Ground, steps: Steps) -> Result<Self, String> {
        let variables = network.variables.len() + network.contacts.len();
        let mut checker = Self {
            network,
            ground,
            steps,
            units: Units::new(variables),
            open: None,
            proved: vec![false; ground.asked.len()],
            cuts: 0,
            derived: 0,
            side: Marks::new(network.nodes as usize),
            barred: Marks::new(network.nodes as usize),
            listed: Marks::new(variables * 2),
        };
        let mut add = |clause: &[u32]| checker.units.add(clause, &mut checker.steps);
        for clause in &network.clauses {
            add(&clause.iter().map(|&literal| packed(literal)).collect::<Vec<_>>())?;
        }
        for (index, contact) in network.contacts.iter().enumerate().filter(|(_, contact)| contact.literals[1] != 0) {
            let [a, b] = contact.literals.map(packed);
            let closed = (network.variables.len() + index) as u32 * 2;
            add(&[closed ^ 1, a])?;
            add(&[closed ^ 1, b])?;
            add(&[closed, a ^ 1, b ^ 1])?;
        }
        checker.units.seal();
        Ok(checker)
    }

    /// The next line.
    pub(crate) fn line(&mut self, line: &str) -> Result<(), String> {
        self.steps.take(line.len())?;
        let mut pieces = line.split(':');
        let mut head = words(pieces.next().expect("a split has a first piece"));
        let verb = head.next().ok_or("an empty line")?;
        if verb == "prove" {
            self.close()?;
            return self.open(line);
        }
        let Some((question, false)) = self.open else {
            return Err("the proof above is at its end".into());
        };
        let supply = match verb {
            "need" => number(head.next(), self.network.supplies.len())? as usize,
            _ => 0,
        };
        self.listed.clear();
        let clause = head.map(|word| self.literal(word)).collect::<Result<Vec<u32>, String>>()?;
        clause.iter().for_each(|&literal| self.listed.set(literal));
        let mut lists = pieces.map(|list| {
            let nodes = words(list).map(|word| number(Some(word), self.ground.net.len()));
            nodes.map(|node| node.map(|node| self.ground.net[node as usize])).collect::<Result<Vec<u32>, String>>()
        });
        let mut lists = lists.by_ref().collect::<Result<Vec<_>, String>>()?;
        lists.iter_mut().for_each(|nets| {
            nets.sort_unstable();
            nets.dedup();
        });
        match (verb, &lists[..]) {
            ("cut", [nets]) => self.cut(&question, nets)?,
            ("apart", [nets]) => {
                let references = question.references.ok_or("the question names no references")?;
                let nodes = references.map(|reference| self.network.references[reference as usize]);
                self.between(nets, &[nodes])?;
            }
            ("need", _) => {
                let supply = &self.network.supplies[supply];
                if !self.listed.has(packed(supply.when) ^ 1) {
                    return Err("the opposite of what the supply is for is not among the literals".into());
                }
                if lists.len() != supply.any_of.len() {
                    return Err(format!("the supply has {} lists", supply.any_of.len()));
                }
                for (nets, pairs) in lists.iter().zip(&supply.any_of) {
                    self.between(nets, pairs)?;
                }
            }
            ("rup", []) => {
                if !self.units.implies(&clause, &mut self.steps)? {
                    return Err("propagation does not lead to a contradiction".into());
                }
                self.derived += 1;
                self.open = Some((question, clause.is_empty()));
            }
            _ => return Err(format!("`{verb}` with {} lists of nodes is nothing that can stand here", lists.len())),
        }
        self.cuts += u64::from(verb != "rup");
        self.units.add(&clause, &mut self.steps)
    }

    /// No line follows in this proof.
    pub(crate) fn close(&mut self) -> Result<(), String> {
        let Some((question, complete)) = self.open.take() else {
            return Ok(());
        };
        if !complete {
            return Err("a proof ends with `rup` and no literal".into());
        }
        let at = self.ground.asked.binary_search(&question).expect("only asked questions are opened");
        self.proved[at] = true;
        Ok(())
    }

    fn open(&mut self, line: &str) -> Result<(), String> {
        let ground = self.ground;
        let mut words = words(line).skip(1);
        let net = |word| number(word, ground.net.len()).map(|node| ground.net[node as usize]);
        let nets = [net(words.next())?, net(words.next())?];
        let place = match words.next() {
            Some("direct") => Place::Direct,
            Some("in") => {
                let net = net(words.next())?;
                if ground.splits[net as usize] {
                    return Err("the node of the island is on a net that splits islands".into());
                }
                Place::Island(ground.island[net as usize])
            }
            _ => return Err("neither `direct` nor `in`".into()),
        };
        let references = match words.next() {
            None => None,
            Some("refs") => {
                let count = self.network.references.len();
                Some(ascending([number(words.next(), count)?, number(words.next(), count)?]))
            }
            Some(word) => return Err(format!("`{word}` is not `refs`")),
        };
        if let Some(word) = words.next() {
            return Err(format!("`{word}` is one too many"));
        }
        let question = Question { place, nets: ascending(nets), references };
        match ground.asked.binary_search(&question) {
            Err(_) => return Err(format!("nobody asks for {}", ground.told(self.network, &question))),
            Ok(at) if self.proved[at] => return Err("this is proved above".into()),
            Ok(_) => {}
        }
        self.barred.clear();
        if let Place::Island(island) = place {
            for &other in ground.inside.at(island).iter().filter(|other| !nets.contains(other)) {
                if ground.hard(other, nets[0], &mut self.steps)? || ground.hard(other, nets[1], &mut self.steps)? {
                    self.barred.set(other);
                }
            }
        }
        self.units.reset();
        self.open = Some((question, false));
        Ok(())
    }

    fn literal(&self, word: &str) -> Result<u32, String> {
        let (positive, rest) = signed(word)?;
        let variables = self.network.variables.len();
        let variable = match rest.strip_prefix('c') {
            Some(rest) => {
                let contact = number(Some(rest), self.network.contacts.len())?;
                if self.network.contacts[contact as usize].literals[1] == 0 {
                    return Err(format!("contact {contact} has not two literals"));
                }
                variables as u32 + contact
            }
            None => number(Some(rest), variables + 1)?.checked_sub(1).ok_or("variables are counted from 1")?,
        };
        Ok(variable * 2 + u32::from(!positive))
    }

    /// The clause of a cut between the question's nets, in its scope.
    fn cut(&mut self, question: &Question, nets: &[u32]) -> Result<(), String> {
        self.mark(nets);
        if self.side.has(question.nets[0]) == self.side.has(question.nets[1]) {
            return Err("the nodes do not part the two rails".into());
        }
        let ground = self.ground;
        let (edges, within) = match question.place {
            Place::Direct => (ground.at_net.at(self.lesser(question.nets)), None),
            Place::Island(island) => (ground.in_island.at(island), Some(island)),
        };
        self.steps.take(edges.len())?;
        for edge in edges.iter().map(|&index| &ground.edges[index as usize]) {
            let in_scope = edge.ends.iter().all(|net| {
                let inside = within == Some(ground.island[*net as usize]) && !ground.splits[*net as usize];
                question.nets.contains(net) || inside && !self.barred.has(*net)
            });
            if in_scope {
                self.cover(edge)?;
            }
        }
        Ok(())
    }

    /// The net with fewer contacts.
    fn lesser(&self, [a, b]: [u32; 2]) -> u32 {
        if self.ground.at_net.at(a).len() <= self.ground.at_net.at(b).len() { a } else { b }
    }

    /// The clause of a cut through the whole network that parts one of the pairs.
    fn between(&mut self, nets: &[u32], pairs: &[[u32; 2]]) -> Result<(), String> {
        self.mark(nets);
        let ground = self.ground;
        self.steps.take(pairs.len())?;
        let on_side = |node: u32| self.side.has(ground.net[node as usize]);
        if !pairs.iter().any(|&[a, b]| on_side(a) != on_side(b)) {
            return Err("the nodes part no pair".into());
        }
        for &net in nets {
            let edges = ground.at_net.at(net);
            self.steps.take(edges.len())?;
            for &edge in edges {
                self.cover(&ground.edges[edge as usize])?;
            }
        }
        Ok(())
    }

    fn mark(&mut self, nets: &[u32]) {
        self.side.clear();
        nets.iter().for_each(|&net| self.side.set(net));
    }

    /// Demands the literals of a contact, if it leads from the listed nets to the others.
    fn cover(&self, edge: &Edge) -> Result<(), String> {
        if self.side.has(edge.ends[0]) == self.side.has(edge.ends[1]) {
            return Ok(());
        }
        let Contact { literals, ends } = self.network.contacts[edge.contact as usize];
        let mut single = literals.iter().filter(|&&literal| literal != 0).map(|&literal| packed(literal));
        let closed = (self.network.variables.len() as u32 + edge.contact) * 2;
        if single.any(|literal| self.listed.has(literal)) || self.listed.has(closed) {
            return Ok(());
        }
        Err(format!("contact {} between nodes {} and {} crosses, and is not covered", edge.contact, ends[0], ends[1]))
    }
}

fn ascending([a, b]: [u32; 2]) -> [u32; 2] {
    [a.min(b), a.max(b)]
}

/// Twice the variable, plus one where it is negated.
fn packed(literal: i32) -> u32 {
    (literal.unsigned_abs() - 1) * 2 + u32::from(literal < 0)
}

//! What a shell has to be told once, so that it asks the program at each press of the tab key.

use crate::Shell;

/// Bash: the program quotes, because `complete -F` inserts words as they are and would expand `pi[2]` as a pattern. Nothing is expanded here.
const BASH: &str = r#"_@NAME@() {
    local word
    COMPREPLY=()
    while IFS= read -r word; do
        if [[ $word == / ]]; then
            compopt -o default 2>/dev/null
            return
        fi
        COMPREPLY+=("$word")
    done < <(command @PROGRAM@ completion bash --line "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
}
complete -F _@NAME@ @PROGRAM@
"#;

/// Zsh: `compadd` quotes.
const ZSH: &str = r#"#compdef @PROGRAM@
_@NAME@() {
    local -a offered
    offered=("${(@f)$(command @PROGRAM@ completion zsh --line "${(j: :)words[1,CURRENT-1]} $IPREFIX$QIPREFIX$PREFIX" 2>/dev/null)}")
    if [[ $offered[1] == / ]]; then
        _files
    elif [[ -n $offered[1] ]]; then
        compadd -a offered
    fi
}
if [[ $funcstack[1] == _@NAME@ ]]; then
    _@NAME@ "$@"
elif (( $+functions[compdef] )); then
    compdef _@NAME@ @PROGRAM@
fi
"#;

/// Fish quotes what it inserts.
const FISH: &str = r#"function __@NAME@_offered
    set -l offered (command @PROGRAM@ completion fish --line (commandline -cp | string collect) 2>/dev/null)
    if test "$offered" = /
        __fish_complete_path (commandline -ct)
    else if set -q offered[1]
        printf '%s\n' $offered
    end
end
complete -c @PROGRAM@ -f -a '(__@NAME@_offered)'
"#;

/// The text that a shell reads once. The program has to be found in `PATH` under this name.
pub fn script(shell: Shell, program: &str) -> String {
    let text = match shell {
        Shell::Bash => BASH,
        Shell::Zsh => ZSH,
        Shell::Fish => FISH,
    };
    text.replace("@NAME@", &program.replace('-', "_")).replace("@PROGRAM@", program)
}

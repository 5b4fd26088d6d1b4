# Prints what bash would offer at the end of a command line, one a line:  bash complete.bash COMPLETION_SCRIPT LINE
source "$1"
COMP_LINE="$2"
COMP_POINT="${#COMP_LINE}"
read -ra COMP_WORDS <<<"$COMP_LINE"
if [[ "$COMP_LINE" = *' ' ]]; then COMP_WORDS+=(''); fi
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_renderdrop renderdrop "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
[ "${#COMPREPLY[@]}" -eq 0 ] || printf '%s\n' "${COMPREPLY[@]}"

# Prints what zsh would offer at the end of a command line, one a line:  zsh complete.zsh COMPLETION_SCRIPT LINE
# A shell in a pseudo-terminal is given the line and the Tab key; its `compadd` writes down what it is told to offer.
zmodload zsh/zpty
export ZDOTDIR="$(mktemp -d)"
cp "$1" "$ZDOTDIR/_renderdrop"
: >"$ZDOTDIR/offered"
cat >"$ZDOTDIR/.zshrc" <<'RC'
PROMPT=
fpath=("$ZDOTDIR" $fpath)
autoload -Uz compinit
compinit -u -d "$ZDOTDIR/dump"
compadd() {
  # With -O, -A or -D it only sorts candidates for its caller.
  if [[ -n "${(M)@:#-[OAD]}" ]]; then
    builtin compadd "$@"
    return
  fi
  local -a offered
  builtin compadd -O offered "$@"
  print -rl -- "${offered[@]}" >>"$ZDOTDIR/offered"
  builtin compadd "$@"
}
finish() { exit }
comppostfuncs=(finish)
bindkey '^I' complete-word
RC
zpty shell zsh -d -i
zpty -w -n shell "$2"$'\t'
while zpty -r shell ignored; do :; done 2>/dev/null
offered=("${(@f)$(<"$ZDOTDIR/offered")}")
rm -rf "$ZDOTDIR"
print -rl -- "${(@)offered:#}"

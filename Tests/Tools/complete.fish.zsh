# Prints what fish would offer at the end of a command line, one a line:  zsh complete.fish.zsh COMPLETION_SCRIPT LINE
# `complete -C LINE` alone does not do: in it, fish 3 has no cursor, which completions of job names ask for. So a fish in a
# pseudo-terminal is given the line and a key that writes down what it would offer there.
zmodload zsh/zpty
folder="$(mktemp -d)"
cat >"$folder/init.fish" <<FISH
source '$1'
function offer
    complete -C >'$folder/offered'
    exit
end
bind \cx offer
FISH
zpty shell fish --no-config --init-command "'source $folder/init.fish'"
zpty -w -n shell "$2"$'\x18'
while zpty -r shell ignored; do :; done 2>/dev/null
cut -f 1 "$folder/offered"
rm -rf "$folder"

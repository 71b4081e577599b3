// What a shell loads to complete commands, flags and their values. Each script asks the program itself, so that it
// never falls behind: `cas-batch --complete SHELL WORD.. =CURRENT`. The mark before the word under the cursor keeps
// it when it is empty, which some shells would drop. A line of the answer is one completion.

export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;
export type Shell = (typeof SHELLS)[number];

const bash = `# Load it with: source <(cas-batch completion bash)      for good: the same line in ~/.bashrc
_cas_batch() {
  local current="\${COMP_WORDS[COMP_CWORD]}" word answer
  local -a words=()
  # bash takes --env=production apart at the equals sign.
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do [ "$word" = "=" ] || words+=("$word"); done
  [ "$current" = "=" ] && current=""
  COMPREPLY=()
  while IFS= read -r answer; do
    case "$answer" in "$current"*) COMPREPLY+=("$answer") ;; esac
  done < <("$1" --complete bash "\${words[@]}" "=$current" 2>/dev/null)
}
complete -o default -F _cas_batch cas-batch
`;

const zsh = `#compdef cas-batch
# Load it with: source <(cas-batch completion zsh)      for good: the same line in ~/.zshrc, behind compinit
_cas_batch() {
  local -a answers
  answers=("\${(@f)$("\${words[1]}" --complete zsh "\${(@)words[2,CURRENT-1]}" "=\${words[CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${answers[1]}" ]]; then _describe cas-batch answers; else _default; fi
}
compdef _cas_batch cas-batch
`;

const fish = `# Load it with: cas-batch completion fish | source      for good: into ~/.config/fish/completions/cas-batch.fish
function __cas_batch_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  $words[1] --complete fish $words[2..-1] "=$current" 2>/dev/null
end
complete -c cas-batch -a '(__cas_batch_complete)'
`;

const powershell = `# Load it with: cas-batch completion powershell | Out-String | Invoke-Expression      for good: the same line in $PROFILE
Register-ArgumentCompleter -Native -CommandName cas-batch -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($wordToComplete -ne '') { $words = @($words | Select-Object -SkipLast 1) }
  cas-batch --complete powershell @words "=$wordToComplete" 2>$null | ForEach-Object {
    $name, $about = $_ -split "\`t", 2
    if ($name -like "$wordToComplete*") {
      if (-not $about) { $about = $name }
      [System.Management.Automation.CompletionResult]::new($name, $name, 'ParameterValue', $about)
    }
  }
}
`;

export const completionScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish, powershell };

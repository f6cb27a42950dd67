// completion: prints what makes a shell complete our command lines.
#include "controller/cli/commands/command.hpp"
#include "controller/cli/commands/completion_scripts.hpp"
#include "controller/cli/failure.hpp"

namespace flowyard::controller::cli {

void define_completion(Command& program) {
  auto shell = std::make_shared<std::string>();
  auto command = program.add("completion", "print a completion script for a shell");
  command.option("shell", *shell, "bash, zsh or fish").required().one_of({"bash", "zsh", "fish"});
  command.footer(
      "Examples:\n"
      "  source <(flowyard completion bash)\n"
      "  flowyard completion fish > ~/.config/fish/completions/flowyard.fish");
  command.runs_here([program, shell](Here& here) {
    const auto script = *shell == "bash" ? bash_script : *shell == "zsh" ? zsh_script : fish_script;
    here.terminal.out() << script(program.outlines());
    return static_cast<int>(Ok);
  });
}

}  // namespace flowyard::controller::cli

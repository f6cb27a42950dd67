// model graph: the structure of a model as a drawing.
#include "controller/model/graph.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "controller/cli/commands/arguments.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/model/file.hpp"

extern char** environ;

namespace flowyard::controller::cli {
namespace {

struct ModelGraphOptions {
  std::string file;
  bool stock_and_flow = false;
  std::string output;  // a file ending in .dot, .gv or .svg; empty: DOT on standard output
};

constexpr int kNotInstalled = 127;  // as a shell has it

// Graphviz reads one file and writes another: neither end can wait for the other. 127: it is not installed.
int run_dot(const std::string& from, const std::string& to) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, from.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, to.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  char program[] = "dot", format[] = "-Tsvg";
  char* arguments[] = {program, format, nullptr};
  pid_t child = 0;
  const int error = posix_spawnp(&child, program, &files, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&files);
  if (error == ENOENT) return kNotInstalled;
  if (error != 0) return error;
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

void draw_svg(const std::string& dot, const std::string& path) {
  const std::string text = path + ".dot.part", drawn = path + ".part";
  write_file(text, dot);
  const int status = run_dot(text, drawn);
  std::remove(text.c_str());
  if (status == 0 && std::rename(drawn.c_str(), path.c_str()) == 0) return;
  std::remove(drawn.c_str());
  if (status == kNotInstalled) {
    throw CommandFailed(
        failure(ErrorCode::Internal,
                "an SVG is drawn by Graphviz, whose program 'dot' is not installed: install the package "
                "graphviz (apt-get install graphviz, brew install graphviz), or write '" +
                    path.substr(0, path.size() - 4) + ".dot' and draw it elsewhere"));
  }
  throw CommandFailed(failure(ErrorCode::Internal, "Graphviz' dot could not draw the model"));
}

int model_graph(const ModelGraphOptions& options, Terminal& terminal) {
  const std::string extension = extension_of(options.output);
  if (!options.output.empty() && extension != ".dot" && extension != ".gv" && extension != ".svg")
    throw CommandFailed(invalid("'" + options.output + "': a drawing ends in .dot, .gv or .svg"));
  const auto model = read_model(options.file);
  note_warnings(model, terminal);
  const auto kind = options.stock_and_flow ? model::GraphKind::StockAndFlow : model::GraphKind::CausalLoops;
  const std::string dot = model::to_dot(model, kind);
  if (options.output.empty()) {
    terminal.data() << dot;
    return Ok;
  }
  if (extension == ".svg")
    draw_svg(dot, options.output);
  else
    write_file(options.output, dot);
  terminal.note("wrote " + options.output);
  return Ok;
}

}  // namespace

void define_model_graph(Command& program) {
  auto options = std::make_shared<ModelGraphOptions>();
  auto command = program.add("model graph", "draw a model's structure");
  add_model_file(command, options->file);
  const auto read = [options](const std::string& word) {
    if (word != "causal" && word != "stock-flow")
      throw UsageError("--kind: causal or stock-flow, not '" + word + "'");
    options->stock_and_flow = word == "stock-flow";
  };
  command.read_option("--kind", read, "causal (default) or stock-flow")
      .type("KIND")
      .suggest({"causal", "stock-flow"});
  command.option("-o,--output", options->output, "a file ending in .dot or .svg (default: DOT, printed)")
      .type("FILE")
      .completes({Completes::Files});
  command.footer(
      "Examples:\n"
      "  flowyard model graph teacup.mdl -o teacup.svg\n"
      "  flowyard model graph teacup.mdl --kind stock-flow | dot -Tpng > teacup.png\n\n"
      "An SVG needs Graphviz' dot; DOT does not.");
  command.runs_here([options](Here& here) { return model_graph(*options, here.terminal); });
}

}  // namespace flowyard::controller::cli

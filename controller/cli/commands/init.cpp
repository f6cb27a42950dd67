// init: writes a working folder: an experiment, its program or model, and what to do with them. In this
// process.
#include <filesystem>

#include "common/base/whole_file.hpp"
#include "controller/cli/commands/command.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/templates/templates.hpp"
#include "controller/cli/ui/text.hpp"

namespace flowyard::controller::cli {
namespace {

namespace fs = std::filesystem;

struct InitOptions {
  std::string folder = ".";
  std::string runner = "native";
};

std::vector<Template> files_of(const std::string& kind) {
  std::vector<Template> files;
  for (const auto& file : templates())
    if (file.kind == kind) files.push_back(file);
  return files;
}

// Nothing is written where one of the files is there.
void refuse_to_overwrite(const fs::path& folder, const std::vector<Template>& files) {
  for (const auto& file : files) {
    const fs::path path = folder / file.file;
    if (fs::symlink_status(path).type() != fs::file_type::not_found)
      throw CommandFailed(failure(ErrorCode::Conflict, printable(path.string()) +
                                                           " is there already, and nothing is overwritten: "
                                                           "give another folder"));
  }
}

int init(const InitOptions& options, Terminal& terminal) {
  const fs::path folder = options.folder;
  const auto files = files_of(options.runner);
  try {
    refuse_to_overwrite(folder, files);
    fs::create_directories(folder);
    for (const auto& file : files) {
      const fs::path path = folder / file.file;
      write_file(path.string(), std::string(file.text), 0644);
      terminal.note("wrote " + printable(path.lexically_normal().string()));
    }
  } catch (const std::system_error& error) {
    throw CommandFailed(invalid(std::string("the folder cannot be written: ") + error.what()));
  }
  const std::string where = options.runner == "native" ? "" : " --fleet process";
  const std::string path = (folder / "experiment.yaml").lexically_normal().string();
  terminal.note("next: flowyard run " + printable(path) + where);
  return Ok;
}

}  // namespace

void define_init(Command& program) {
  auto options = std::make_shared<InitOptions>();
  auto command = program.add("init", "write a small experiment to begin with");
  command.option("folder", options->folder, "where to; made where it is not there (default: here)")
      .type("FOLDER")
      .completes({Completes::Files});
  command.option("--runner", options->runner, "what computes its scenarios")
      .one_of({"native", "python", "r", "julia", "shell", "c"});
  command.footer(
      "Examples:\n"
      "  flowyard init growth                    a model and an experiment\n"
      "  flowyard init growth --runner python    a program in place of the model\n\n"
      "Files that are there are never overwritten.");
  command.runs_here([options](Here& here) { return init(*options, here.terminal); });
}

}  // namespace flowyard::controller::cli

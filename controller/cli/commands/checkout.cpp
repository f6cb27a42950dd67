// checkout: writes the files of an experiment, or of one worker's part of it, into a folder. Where they go is
// checked here and not left to the controller.
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "controller/cli/commands/command.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/results/archive.hpp"

namespace flowyard::controller::cli {
namespace {

namespace fs = std::filesystem;

struct CheckoutOptions {
  std::string which = "@latest";
  std::string folder;
  std::string format;  // of tables; empty: as the controller does without being asked
  bool force = false;
};

Error cannot_write(const fs::path& path, const std::string& why) {
  return failure(ErrorCode::Invalid, "cannot write " + path.string() + ": " + why);
}

// "@latest" and a path-like name make poor folder names.
std::string folder_for(const CheckoutOptions& options) {
  if (!options.folder.empty()) return options.folder;
  std::string name;
  for (char c : options.which) {
    if (c != '@') name += c == '/' ? '-' : c;
  }
  return name.empty() || name == "." || name == ".." ? "checkout" : name;
}

void prepare_folder(const fs::path& folder, bool force) {
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_directory(folder, error)) {
    throw CommandFailed(cannot_write(folder, "it exists and is not a folder"));
  }
  if (!force && fs::is_directory(folder, error) && !fs::is_empty(folder, error)) {
    throw CommandFailed(failure(ErrorCode::Conflict, "the folder " + folder.string() +
                                                         " is not empty; choose another one with -o, or "
                                                         "overwrite with --force"));
  }
  fs::create_directories(folder, error);
  if (error) throw CommandFailed(cannot_write(folder, error.message()));
}

// No part of the way below the folder may be a link that leads out of it.
void refuse_links(const fs::path& folder, const fs::path& relative) {
  fs::path way = folder;
  for (const auto& part : relative) {
    way /= part;
    std::error_code none;
    if (fs::is_symlink(way, none)) throw CommandFailed(cannot_write(way, "it is a symbolic link"));
  }
}

void write_into(const fs::path& folder, const results::ExportFile& file) {
  if (!results::is_safe_path(file.path)) {
    throw CommandFailed(failure(ErrorCode::Denied,
                                "the controller sent a file that would be written outside "
                                "the folder: " +
                                    printable(file.path)));
  }
  refuse_links(folder, file.path);
  const fs::path path = folder / file.path;
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) throw CommandFailed(cannot_write(path.parent_path(), error.message()));
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << file.content << std::flush;
  if (!out) throw CommandFailed(cannot_write(path, std::strerror(errno)));
}

struct Written {
  std::uint64_t files = 0, bytes = 0;
};

async::Task<Written> unpack(http::ResponseStream& stream, fs::path folder) {
  results::ArchiveReader reader;
  Written written;
  while (auto piece = co_await stream.read()) {
    reader.push(*piece);
    for (auto file = value_or_fail(reader.next()); file; file = value_or_fail(reader.next())) {
      write_into(folder, *file);
      written.files += 1;
      written.bytes += file->content.size();
    }
  }
  if (!reader.at_end()) {
    throw CommandFailed(failure(ErrorCode::Unavailable, "the controller stopped sending before the end; " +
                                                            folder.string() + " is not complete"));
  }
  co_return written;
}

ExitStatus checkout(CheckoutOptions options, Session& session) {
  const fs::path folder = folder_for(options);
  std::string query = options.format.empty() ? "" : "?format=" + http::percent_encode(options.format);
  auto stream = co_await session.connection.open(path_of("checkout", options.which, query));
  prepare_folder(folder, options.force);
  const auto written = co_await unpack(*stream, folder);
  if (session.terminal.quiet()) {
    session.terminal.out() << folder.string() << "\n";
  } else {
    session.terminal.out() << "Wrote " << plural(written.files, "file") << " (" << format_bytes(written.bytes)
                           << ") to " << folder.string() << "\n";
  }
  co_return Ok;
}

}  // namespace

void define_checkout(Command& program) {
  auto options = std::make_shared<CheckoutOptions>();
  auto command = program.add("checkout", "write specification, results and logs into a folder");
  command.option("which", options->which, "an experiment or a worker (default: @latest)")
      .type("NAME")
      .completes({Completes::Workers, Completes::Experiments});
  command.option("-o,--output", options->folder, "the folder to write to (default: named after it)")
      .type("FOLDER")
      .completes({Completes::Files});
  command.option("--format", options->format, "how tables are written: csv (default), tab, ...")
      .type("FORMAT");
  command.flag("--force", options->force, "write into a folder that is not empty");
  command.footer(
      "Examples:\n"
      "  flowyard checkout -o results\n"
      "  flowyard checkout novel-poodle -o poodle");
  command.runs([options](Session& session) { return checkout(*options, session); });
}

}  // namespace flowyard::controller::cli

#include "controller/cli/client/checkout.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "controller/cli/failure.hpp"
#include "controller/cli/ui/text.hpp"
#include "controller/results/archive.hpp"

namespace flowyard::controller::cli {
namespace {

namespace fs = std::filesystem;

Error cannot_write(const fs::path& path, const std::string& why) {
  return failure(ErrorCode::Invalid, "cannot write " + path.string() + ": " + why);
}

// What the controller says the experiment or worker is called; whatever it says, one part of a path.
std::string folder_for(const CheckoutOptions& options, const http::Headers& headers) {
  if (!options.folder.empty()) return options.folder;
  const std::string_view before = "filename*=UTF-8''";
  std::string name = options.which == "@latest" ? "checkout" : options.which;
  const std::string_view disposition = headers.get("Content-Disposition");
  if (const auto at = disposition.find(before); at != std::string_view::npos) {
    name = http::parse_target(disposition.substr(at + before.size())).path;
    if (name.ends_with(".tar")) name.resize(name.size() - 4);
  }
  std::replace(name.begin(), name.end(), '/', '-');
  return results::is_safe_path(name) ? name : "checkout";
}

void check_folder(const fs::path& folder, bool force) {
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_directory(folder, error)) {
    throw CommandFailed(cannot_write(folder, "it exists and is not a folder"));
  }
  if (!force && fs::is_directory(folder, error) && !fs::is_empty(folder, error)) {
    throw CommandFailed(failure(ErrorCode::Conflict, "the folder " + folder.string() +
                                                         " is not empty; choose another one with -o, or "
                                                         "overwrite with --force"));
  }
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

void create_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw CommandFailed(cannot_write(folder, error.message()));
}

// The folder beside the wanted one, with ".part" behind its name, that files go to until all are there: what
// has the wanted name is whole. It goes away with this, but for what was put in place.
class PartFolder {
 public:
  explicit PartFolder(const fs::path& folder) : wanted_(fs::absolute(folder).lexically_normal()) {
    if (!wanted_.has_filename()) wanted_ = wanted_.parent_path();
    part_ = wanted_;
    part_ += ".part";
    discard();
    create_folder(part_);
  }
  ~PartFolder() { discard(); }
  PartFolder(const PartFolder&) = delete;

  void write(const results::ExportPiece& piece) {
    if (!piece.path.empty()) begin(piece);
    file_ << piece.content;
    if (!file_) throw CommandFailed(cannot_write(path_, std::strerror(errno)));
    left_ -= std::min<std::uint64_t>(left_, piece.content.size());
    if (left_ > 0) return;
    file_.close();
    if (!file_) throw CommandFailed(cannot_write(path_, std::strerror(errno)));
  }

  void put_in_place() {
    std::error_code error;
    if (!fs::exists(wanted_, error)) {
      fs::rename(part_, wanted_, error);
      if (error) throw CommandFailed(cannot_write(wanted_, error.message()));
      return;
    }
    // Into a folder that stays, file by file; the manifest last.
    for (const auto& name : names_) {
      refuse_links(wanted_, name);
      create_folder((wanted_ / name).parent_path());
      fs::rename(part_ / name, wanted_ / name, error);
      if (error) throw CommandFailed(cannot_write(wanted_ / name, error.message()));
    }
  }

 private:
  void begin(const results::ExportPiece& piece) {
    if (!results::is_safe_path(piece.path)) {
      throw CommandFailed(failure(ErrorCode::Denied,
                                  "the controller sent a file that would be written outside "
                                  "the folder: " +
                                      printable(piece.path)));
    }
    path_ = part_ / piece.path;
    refuse_links(part_, piece.path);
    create_folder(path_.parent_path());
    names_.push_back(piece.path);
    left_ = piece.size;
    file_.open(path_, std::ios::binary | std::ios::trunc);
  }
  void discard() {
    std::error_code none;
    fs::remove_all(part_, none);
  }

  fs::path wanted_, part_, path_;
  std::ofstream file_;
  std::uint64_t left_ = 0;
  std::vector<std::string> names_;
};

async::Task<WrittenCheckout> unpack(http::ResponseStream& stream, PartFolder& folder) {
  results::ArchiveReader reader;
  WrittenCheckout written;
  while (auto bytes = co_await stream.read()) {
    reader.push(*bytes);
    for (auto piece = value_or_fail(reader.next()); piece; piece = value_or_fail(reader.next())) {
      folder.write(*piece);
      written.files += piece->path.empty() ? 0 : 1;
      written.bytes += piece->content.size();
    }
  }
  if (!reader.at_end()) {
    throw CommandFailed(failure(ErrorCode::Unavailable,
                                "the controller stopped sending before the end; nothing was written"));
  }
  co_return written;
}

std::string query_of(const CheckoutOptions& options) {
  std::string query;
  const auto add = [&query](const char* key, const std::string& value) {
    if (!value.empty())
      query += (query.empty() ? "?" : "&") + std::string(key) + "=" + http::percent_encode(value);
  };
  add("format", options.format);
  add("where", options.results.where);
  add("sort", options.results.sort);
  add("columns", options.results.columns);
  if (options.results.limit) add("limit", std::to_string(*options.results.limit));
  return query;
}

}  // namespace

async::Task<WrittenCheckout> write_checkout(CheckoutOptions options, Session& session) {
  const std::string query = query_of(options);
  auto stream = co_await session.connection.open(path_of("checkout", options.which, query));
  const fs::path folder = folder_for(options, stream->head().headers);
  check_folder(folder, options.force);
  PartFolder part(folder);
  auto written = co_await unpack(*stream, part);
  part.put_in_place();
  written.folder = folder.string();
  co_return written;
}

}  // namespace flowyard::controller::cli

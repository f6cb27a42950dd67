#include "worker/command/result_files.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <memory>
#include <optional>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "common/base/byte_count.hpp"
#include "common/base/printable.hpp"

namespace flowyard::worker::command {
namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

// Of a name within `parent`, or of `parent` itself; null where it is no folder.
Folder open_folder(int parent, const char* name) {
  const int descriptor = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) return nullptr;
  Folder folder(::fdopendir(descriptor));
  if (!folder) ::close(descriptor);
  return folder;
}

std::vector<std::string> matching(DIR* folder, const std::string& pattern) {
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(folder)) {  // NOLINT(concurrency-mt-unsafe): a folder of our own
    const std::string name = entry->d_name;
    if (name != "." && name != ".." && ::fnmatch(pattern.c_str(), name.c_str(), FNM_PERIOD) == 0)
      names.push_back(name);
  }
  return names;
}

// Calls `use` with the folder and the name in it, and the name from the top, for all that the pattern names.
template <class Use>
void for_each_match(int parent, const char* here, const std::string& pattern, const std::string& before,
                    const std::set<std::string>& keep, const Use& use) {
  const auto folder = open_folder(parent, here);
  if (!folder) return;
  const auto slash = pattern.find('/');
  for (const auto& name : matching(folder.get(), pattern.substr(0, slash))) {
    const std::string path = before + name;
    if (slash != std::string::npos) {
      for_each_match(::dirfd(folder.get()), name.c_str(), pattern.substr(slash + 1), path + "/", keep, use);
    } else if (!keep.contains(path)) {
      use(::dirfd(folder.get()), name, path);
    }
  }
}

// Deeper folders are left: they fail the next scenario, too, and not us.
constexpr int kDeepest = 50;

void remove_tree(int parent, const std::string& name, int depth) {
  if (::unlinkat(parent, name.c_str(), 0) == 0 || depth == 0) return;
  if (const auto folder = open_folder(parent, name.c_str())) {
    for (const auto& inner : matching(folder.get(), "*"))
      remove_tree(::dirfd(folder.get()), inner, depth - 1);
    for (const auto& inner : matching(folder.get(), ".*"))
      remove_tree(::dirfd(folder.get()), inner, depth - 1);
  }
  ::unlinkat(parent, name.c_str(), AT_REMOVEDIR);
}

const char* kind_of(mode_t mode) {
  if (S_ISLNK(mode)) return "a link";     // NOLINT
  if (S_ISFIFO(mode)) return "a pipe";    // NOLINT
  if (S_ISDIR(mode)) return "a folder";   // NOLINT
  if (S_ISSOCK(mode)) return "a socket";  // NOLINT
  return "a device";
}

class Collector {
 public:
  explicit Collector(const FileLimits& limits) : limits_(limits) {}

  void take(int folder, const std::string& name, const std::string& path) {
    if (error_ || is_taken(path)) return;
    if (files_.size() == limits_.count)
      return fail("it left more than " + std::to_string(limits_.count) + " of them");
    struct stat status {};
    const int descriptor = ::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    const int trouble = descriptor < 0 ? errno : 0;
    const bool seen = descriptor >= 0 ? ::fstat(descriptor, &status) == 0
                                      : ::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (seen && !S_ISREG(status.st_mode)) {  // NOLINT
      fail("'" + printable(path) + "' is " + kind_of(status.st_mode) + " and no plain file");
    } else if (descriptor < 0) {
      fail("'" + printable(path) + "' cannot be read: " + std::generic_category().message(trouble));
    } else {
      read(descriptor, path);
    }
    if (descriptor >= 0) ::close(descriptor);
  }

  Result<std::vector<WrittenFile>> taken() {
    if (error_) return *error_;
    std::ranges::sort(files_, {}, &WrittenFile::name);
    return std::move(files_);
  }

 private:
  bool is_taken(const std::string& path) const {
    return std::ranges::any_of(files_, [&](const auto& file) { return file.name == path; });
  }

  // Somebody may still write to it: what counts is what is read.
  void read(int descriptor, const std::string& path) {
    constexpr std::size_t kReadAtOnce = std::size_t{1} << 16;
    WrittenFile file{.name = path, .content = {}};
    for (;;) {
      const auto size = file.content.size();
      file.content.resize(size + kReadAtOnce);
      const auto got = ::read(descriptor, file.content.data() + size, kReadAtOnce);
      file.content.resize(size + static_cast<std::size_t>(std::max<ssize_t>(0, got)));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return fail("'" + printable(path) + "' cannot be read");
      if (got == 0) break;
      if (file.content.size() > limits_.bytes_each)
        return fail("'" + printable(path) + "' is larger than " + format_bytes(limits_.bytes_each));
      if (bytes_ + file.content.size() > limits_.bytes)
        return fail("those of one scenario come to more than " + format_bytes(limits_.bytes));
    }
    bytes_ += file.content.size();
    files_.push_back(std::move(file));
  }

  void fail(const std::string& why) {
    error_ =
        failure(ErrorCode::Limit, "the files that it wrote cannot be kept (outputs: files: ...): " + why);
  }

  FileLimits limits_;
  std::vector<WrittenFile> files_;
  std::size_t bytes_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<std::vector<WrittenFile>> written_files(int folder, const std::vector<std::string>& patterns,
                                               const std::set<std::string>& keep, const FileLimits& limits) {
  Collector collector(limits);
  const auto take = [&](int in, const std::string& name, const std::string& path) {
    collector.take(in, name, path);
  };
  for (const auto& pattern : patterns) for_each_match(folder, ".", pattern, "", keep, take);
  return collector.taken();
}

void remove_written_files(int folder, const std::vector<std::string>& patterns,
                          const std::set<std::string>& keep) {
  const auto remove = [](int in, const std::string& name, const std::string&) {
    remove_tree(in, name, kDeepest);
  };
  for (const auto& pattern : patterns) for_each_match(folder, ".", pattern, "", keep, remove);
}

}  // namespace flowyard::worker::command

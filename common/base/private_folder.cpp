#include "common/base/private_folder.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace flowyard {
namespace {

Error foreign(const std::string& path, const std::string& why) {
  return failure(ErrorCode::Denied, "the folder " + path + " is not used: " + why +
                                        "; remove it, or choose another with --run-dir or FLOWYARD_RUN_DIR");
}

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw ErrorException(foreign(path, why));
}

[[noreturn]] void cannot(const char* deed, const std::string& path) {
  throw std::system_error(errno, std::generic_category(),
                          std::string("cannot ") + deed + " the folder " + path);
}

void make(const std::string& path) {
  const auto parent = std::filesystem::path(path).parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent);
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) cannot("make", path);
}

// Checked and changed by descriptor, since a name may refer to another file a moment later.
void claim(int folder, const std::string& path) {
  struct stat status {};
  if (::fstat(folder, &status) != 0) cannot("look at", path);
  if (status.st_uid != ::geteuid()) refuse(path, "it belongs to user " + std::to_string(status.st_uid));
  if ((status.st_mode & S_IWOTH) != 0) refuse(path, "everybody may write there");
  if ((status.st_mode & 0777) != 0700 && ::fchmod(folder, 0700) != 0) cannot("close", path);
}

}  // namespace

PrivateFolder::PrivateFolder(std::string path) : path_(std::move(path)) {
  while (path_.size() > 1 && path_.ends_with('/'))
    path_.pop_back();  // with a trailing slash a link would be followed
  make(path_);
  const int folder = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0 && (errno == ELOOP || errno == ENOTDIR)) refuse(path_, "it is a link or no folder");
  if (folder < 0 && errno == EACCES) refuse(path_, "it belongs to somebody else");
  if (folder < 0) cannot("open", path_);
  try {
    claim(folder, path_);
  } catch (...) {
    ::close(folder);
    throw;
  }
  ::close(folder);
}

Result<void> PrivateFolder::check(const std::string& path) {
  const auto us = ::geteuid();
  struct stat entry {};
  struct stat folder {};
  if (us == 0 || ::lstat(path.c_str(), &entry) != 0) return {};
  if (::stat(path.c_str(), &folder) != 0) folder = entry;
  for (const auto owner : {entry.st_uid, folder.st_uid}) {
    if (owner != us && owner != 0) return foreign(path, "it belongs to user " + std::to_string(owner));
  }
  return {};
}

}  // namespace flowyard

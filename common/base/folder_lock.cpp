#include "common/base/folder_lock.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <stdexcept>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace flowyard {

namespace {

struct flock whole_file(short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

FolderLock::FolderLock(const std::string& folder) {
  std::filesystem::create_directories(folder);
  ::chmod(folder.c_str(), 0700);
  const std::string path = folder + "/lock";
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "cannot open " + path);
  auto whole = whole_file(F_WRLCK);
  if (::fcntl(descriptor_, F_OFD_SETLK, &whole) != 0) {
    char pid[32] = {};
    [[maybe_unused]] const auto read = ::pread(descriptor_, pid, sizeof pid - 1, 0);
    ::close(descriptor_);
    throw std::runtime_error("another controller (process " + std::string(pid) + ") uses the data folder " +
                             folder +
                             ": stop it with 'flowyard controller stop', or give this one another --data");
  }
  const std::string pid = std::to_string(::getpid());
  [[maybe_unused]] const auto cut = ::ftruncate(descriptor_, 0);
  [[maybe_unused]] const auto written = ::pwrite(descriptor_, pid.data(), pid.size(), 0);
}

FolderLock::~FolderLock() {
  ::close(descriptor_);
}

bool FolderLock::is_held(const std::string& folder) {
  const int lock = ::open((folder + "/lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (lock < 0) return false;
  // A lock that can be tested without being taken: a test must not keep a controller from starting.
  auto whole = whole_file(F_RDLCK);
  const bool known = ::fcntl(lock, F_OFD_GETLK, &whole) == 0;
  ::close(lock);
  return known && whole.l_type != F_UNLCK;
}

}  // namespace flowyard

#include "common/base/whole_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace flowyard {
namespace {

constexpr std::size_t kPiece = 64u << 10;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

[[noreturn]] void cannot_read(const std::string& path, int error) {
  throw std::system_error(error, std::generic_category(), "cannot read " + path);
}

std::string content_of(int descriptor, const std::string& path, std::size_t most) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) cannot_read(path, errno);
  std::string content;
  // The size is a hint only: the kernel's own files have none, and a log grows while it is read.
  content.reserve(std::min(most, static_cast<std::size_t>(status.st_size)));
  std::string piece(kPiece, '\0');
  while (content.size() <= most) {
    const auto count = ::read(descriptor, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) cannot_read(path, errno);
    if (count == 0) return content;
    content.append(piece.data(), static_cast<std::size_t>(count));
  }
  cannot_read(path, EFBIG);
}

[[noreturn]] void cannot_write(const std::string& path, int error) {
  throw std::system_error(error, std::generic_category(), "cannot write " + path);
}

// 0, or the error.
int write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const auto count = ::write(descriptor, content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  return 0;
}

}  // namespace

std::optional<std::string> read_file_if_there(const std::string& path, std::size_t most) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0 && errno == ENOENT) return std::nullopt;
  if (file.number() < 0) cannot_read(path, errno);
  return content_of(file.number(), path, most);
}

std::string read_file(const std::string& path, std::size_t most) {
  auto content = read_file_if_there(path, most);
  if (!content) cannot_read(path, ENOENT);
  return std::move(*content);
}

void write_file(const std::string& path, std::string_view content, mode_t mode) {
  const std::string unfinished = path + ".new";
  // A file left by an earlier attempt may belong to another user, or be a link.
  ::unlink(unfinished.c_str());
  int failure = 0;
  {
    const Descriptor file(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (file.number() < 0) cannot_write(path, errno);
    failure = write_all(file.number(), content);
    if (failure == 0 && ::fchmod(file.number(), mode) != 0) failure = errno;
  }
  if (failure == 0 && ::rename(unfinished.c_str(), path.c_str()) != 0) failure = errno;
  if (failure == 0) return;
  ::unlink(unfinished.c_str());
  cannot_write(path, failure);
}

}  // namespace flowyard

#include "controller/service/spill.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace flowyard::controller::service {
namespace {

[[noreturn]] void fail(const char* doing) {
  throw std::system_error(errno, std::generic_category(), std::string("a file for a checkout: ") + doing);
}

}  // namespace

Spill::Spill(const std::string& folder) {
  const auto home = folder.empty() ? std::filesystem::temp_directory_path() : std::filesystem::path(folder);
  std::string name = (home / "checkout-XXXXXX").string();
  file_ = ::mkostemp(name.data(), O_CLOEXEC);
  if (file_ < 0) fail("cannot make it");
  ::unlink(name.c_str());
}

Spill::~Spill() {
  ::close(file_);
}

void Spill::append(std::string_view bytes) {
  hash_.update(bytes);
  while (!bytes.empty()) {
    const auto written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot write it");
    bytes.remove_prefix(static_cast<std::size_t>(written));
    size_ += static_cast<std::uint64_t>(written);
  }
}

std::string Spill::read(std::uint64_t from, std::size_t most) const {
  std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(most, size_ - from)), '\0');
  std::size_t there = 0;
  while (there < bytes.size()) {
    const auto got =
        ::pread(file_, bytes.data() + there, bytes.size() - there, static_cast<off_t>(from + there));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) fail("cannot read it again");
    there += static_cast<std::size_t>(got);
  }
  return bytes;
}

}  // namespace flowyard::controller::service

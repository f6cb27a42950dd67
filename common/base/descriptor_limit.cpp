#include "common/base/descriptor_limit.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <system_error>
#include <unistd.h>

#include <boost/system/system_error.hpp>

namespace flowyard {
namespace {

rlimit current_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit;
}

// Read before main(), so that it is the limit at process start.
const std::size_t kInherited = current_limit().rlim_cur;

bool is_shortage_code(int error) {
  switch (error) {
    case EMFILE:
    case ENFILE:
    case ENOSPC:
    case EDQUOT:
    case ENOBUFS:
    case ENOMEM:
      return true;
    default:
      return false;
  }
}

}  // namespace

void raise_descriptor_limit() {
  rlimit limit = current_limit();
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::size_t descriptor_limit() {
  return current_limit().rlim_cur;
}

std::size_t inherited_descriptor_limit() {
  return kInherited;
}

bool descriptors_remain(std::size_t spare) {
  // Any existing descriptor may have been closed, so one is opened here rather than duplicated.
  const int next = ::open("/", O_PATH | O_CLOEXEC);
  if (next < 0) return false;
  ::close(next);
  return static_cast<std::size_t>(next) + spare < descriptor_limit();
}

bool is_shortage(const std::exception& error) {
  if (const auto* standard = dynamic_cast<const std::system_error*>(&error)) {
    return is_shortage_code(standard->code().value());
  }
  const auto* boost = dynamic_cast<const boost::system::system_error*>(&error);
  return boost && is_shortage_code(boost->code().value());
}

}  // namespace flowyard

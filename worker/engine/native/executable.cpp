#include "worker/engine/native/executable.hpp"

#include <cstring>
#include <sys/mman.h>

namespace flowyard::worker::engine::native {

std::unique_ptr<Executable> Executable::make(const std::vector<std::uint8_t>& code) {
  void* memory = mmap(nullptr, code.size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  std::unique_ptr<Executable> made(new Executable(memory, code.size()));
  std::memcpy(memory, code.data(), code.size());
  if (mprotect(memory, code.size(), PROT_READ | PROT_EXEC) != 0) return nullptr;
  return made;
}

Executable::~Executable() {
  munmap(memory_, size_);
}

}  // namespace flowyard::worker::engine::native

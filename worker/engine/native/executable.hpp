// Executable: bytes of machine code in memory that may be run and not written. Owns the memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace flowyard::worker::engine::native {

class Executable {
 public:
  // nullptr where the system gives no memory that can be run.
  static std::unique_ptr<Executable> make(const std::vector<std::uint8_t>& code);
  ~Executable();
  Executable(const Executable&) = delete;
  Executable& operator=(const Executable&) = delete;

  template <class Function>
  Function at(std::size_t offset) const {
    return reinterpret_cast<Function>(static_cast<std::uint8_t*>(memory_) + offset);
  }

 private:
  Executable(void* memory, std::size_t size) : memory_(memory), size_(size) {}

  void* memory_;
  std::size_t size_;
};

}  // namespace flowyard::worker::engine::native

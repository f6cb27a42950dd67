// Spill: a file that is made piece by piece and sent once its size is known. It lies on the disk without a
// name, so that nothing is left of it whatever happens. Blocking: used on a pool's thread, one at a time.
// What the disk refuses is thrown as std::system_error.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/crypto/sha256.hpp"

namespace flowyard::controller::service {

class Spill {
 public:
  explicit Spill(const std::string& folder);
  ~Spill();
  Spill(const Spill&) = delete;

  void append(std::string_view bytes);
  std::uint64_t size() const { return size_; }
  std::string sha256() { return hash_.hex(); }  // of all; once
  // The bytes from there on, at most so many.
  std::string read(std::uint64_t from, std::size_t most) const;

 private:
  int file_ = -1;
  std::uint64_t size_ = 0;
  crypto::Sha256 hash_;
};

}  // namespace flowyard::controller::service

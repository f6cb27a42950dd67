// SHA-256 as lower-case hexadecimal, the project's name for content.
#pragma once

#include <string>
#include <string_view>

struct evp_md_ctx_st;
using EVP_MD_CTX = evp_md_ctx_st;

namespace flowyard::crypto {

std::string sha256_hex(std::string_view bytes);

// The same for input in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;

  void update(std::string_view bytes);
  std::string hex();  // once, at the end

 private:
  EVP_MD_CTX* context_;
};

// `bytes` random bytes from the operating system, in hexadecimal: tokens and ids.
std::string random_hex(std::size_t bytes);

}  // namespace flowyard::crypto

// SHA-256 as lower-case hexadecimal, the project's name for content; and what is made of it.
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

// HMAC-SHA-256 (RFC 2104): whoever has the key can say that `bytes` are from somebody who has it.
std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);

// `bytes` random bytes from the operating system, in hexadecimal: tokens and ids.
std::string random_hex(std::size_t bytes);

}  // namespace flowyard::crypto

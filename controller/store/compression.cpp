#include "controller/store/compression.hpp"

#include <zstd.h>

#include "controller/store/sqlite.hpp"

namespace flowyard::controller::store {

std::string compress(std::string_view bytes) {
  // Level 1: results are written while workers wait, and doubles hardly shrink further at higher levels.
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  const auto size = ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), 1);
  if (ZSTD_isError(size)) throw StoreFailure(std::string("zstd: ") + ZSTD_getErrorName(size), 0);
  packed.resize(size);
  return packed;
}

std::string decompress(std::string_view bytes) {
  const auto size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN) {
    throw StoreFailure("a compressed value in the store is damaged", 0);
  }
  std::string plain(size, '\0');
  const auto done = ZSTD_decompress(plain.data(), plain.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(done)) throw StoreFailure(std::string("zstd: ") + ZSTD_getErrorName(done), 0);
  return plain;
}

}  // namespace flowyard::controller::store

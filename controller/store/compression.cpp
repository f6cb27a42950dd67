#include "controller/store/compression.hpp"

#include <memory>
#include <new>

#include <zstd.h>

#include "controller/store/sqlite.hpp"

namespace flowyard::controller::store {

namespace {

// Both hold tables that take longer to set up than a short chunk to pack.
ZSTD_CCtx* packing() {
  thread_local const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(),
                                                                                  &ZSTD_freeCCtx);
  if (!context) throw std::bad_alloc();
  return context.get();
}

ZSTD_DCtx* unpacking() {
  thread_local const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(),
                                                                                  &ZSTD_freeDCtx);
  if (!context) throw std::bad_alloc();
  return context.get();
}

}  // namespace

std::string compress(std::string_view bytes) {
  // Level 1: results are written while workers wait, and doubles hardly shrink further at higher levels.
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  const auto size = ZSTD_compressCCtx(packing(), packed.data(), packed.size(), bytes.data(), bytes.size(), 1);
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
  const auto done = ZSTD_decompressDCtx(unpacking(), plain.data(), plain.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(done)) throw StoreFailure(std::string("zstd: ") + ZSTD_getErrorName(done), 0);
  return plain;
}

}  // namespace flowyard::controller::store

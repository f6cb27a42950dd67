// zstd around whole blobs, as the store keeps them.
#pragma once

#include <string>
#include <string_view>

namespace flowyard::controller::store {

std::string compress(std::string_view bytes);
// Throws StoreFailure for bytes that compress() did not make.
std::string decompress(std::string_view bytes);

}  // namespace flowyard::controller::store

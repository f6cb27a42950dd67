// Writes a store anew without the space of what was deleted.
#pragma once

#include <cstdint>
#include <string>

#include "common/base/result.hpp"

namespace flowyard::controller::store {

struct Compacted {
  std::uint64_t before = 0, after = 0;  // bytes of the file
};

// Needs the data folder's lock, and room on its disk for another copy of what is in use; refuses (Limit)
// where that is not there. Whatever happens, the store is the old one or the new one, whole. From then on it
// gives its space back by itself, like every store that was made since that was possible.
Result<Compacted> compact(const std::string& data_folder);

}  // namespace flowyard::controller::store

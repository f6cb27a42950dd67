// Backups of a store: a single file that holds all of it. Taken while a controller runs, or not; put back
// while none does.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "common/base/result.hpp"

namespace flowyard::controller::store {

// Copies the store of a data folder, as it is at this moment, into `file`, which must not be there yet: it
// appears whole and checked, or not at all. Reads through a connection of its own, so that a controller's
// commits do not wait; its write-ahead log cannot shrink until the copy is done. `between` is called after
// each MiB. Gives the bytes of the backup.
Result<std::uint64_t> back_up(const std::string& data_folder, const std::string& file,
                              const std::function<void()>& between = {});

// New: two stores with one id would remove each other's containers. The copy owns no container of the
// original, and what those were computing is computed again. Same: the original is gone, and its containers
// are this store's to adopt or to remove.
enum class Identity { New, Same };

struct Restored {
  std::string installation;
  std::string moved_to;  // where the store that was there before is now; empty: there was none
};

// Makes `file` the store of a data folder. Needs the folder's lock; removes nothing.
Result<Restored> restore(const std::string& file, const std::string& data_folder, Identity identity);

}  // namespace flowyard::controller::store

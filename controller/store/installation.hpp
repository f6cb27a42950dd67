// Which installation a data folder belongs to, kept beside the store as well as in it. So that a store that
// was lost, emptied or exchanged is noticed: its containers carry the installation's id, and an empty store
// in its place would never look for them.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>

namespace flowyard::controller::store {

// The store of a data folder, and the file with its installation's id.
std::string store_file(const std::string& data_folder);
std::string installation_file(const std::string& data_folder);

// A message of several lines: what happened, and the commands to recover.
class StoreUnusable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The path of the store, after checking only its header, its schema and its installation's id, so that the
// time does not depend on its size. Throws StoreUnusable, with nothing changed, if it is damaged, or is not
// the one whose id stands beside it. A folder without either is a new installation.
std::string usable_store(const std::string& data_folder);

// None: not written down yet.
std::optional<std::string> remembered_installation(const std::string& data_folder);
// Writes it down, whole or not at all, unless it is there already.
void remember_installation(const std::string& data_folder, const std::string& id);

}  // namespace flowyard::controller::store

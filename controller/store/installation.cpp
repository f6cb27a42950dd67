#include "controller/store/installation.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "common/base/whole_file.hpp"
#include "controller/store/connection.hpp"

namespace flowyard::controller::store {
namespace {

namespace fs = std::filesystem;

// The first 16 bytes of every SQLite 3 file, with the zero byte that ends them.
constexpr std::string_view kMagic("SQLite format 3\0", 16);

bool is_there(const std::string& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  return !error && size > 0;
}

bool begins_as_a_database(const std::string& path) {
  std::array<char, kMagic.size()> bytes{};
  std::ifstream(path, std::ios::binary).read(bytes.data(), bytes.size());
  return std::string_view(bytes.data(), bytes.size()) == kMagic;
}

// The installation id in the store itself.
struct Inside {
  bool has_schema = false;
  std::string installation;
};

Inside look_inside(const std::string& path) {
  Connection store(path, Connection::Access::Write);
  Inside inside;
  inside.has_schema = store.first("PRAGMA user_version") != "0";
  if (inside.has_schema) inside.installation = store.first("SELECT id FROM installation");
  return inside;
}

// "docker ..." lines for what an installation has left, all of which carries its label.
std::string ways_to_clear(const std::string& id) {
  const std::string filter = " -q --filter label=flowyard.installation=" + id + " | xargs -r docker ";
  return "    docker ps -a" + filter + "rm -f\n    docker network ls" + filter +
         "network rm\n    docker volume ls" + filter + "volume rm";
}

// "mkdir ... && mv ...": all that belongs to the store, out of the way and kept.
std::string way_to_begin_anew(const std::string& folder) {
  const std::string away = folder + "/lost-store";
  std::string files;
  for (const auto& file : {store_file(folder), store_file(folder) + "-wal", installation_file(folder)}) {
    if (fs::exists(file)) files += " " + file;
  }
  return "mkdir " + away + " && mv" + files + " " + away;
}

StoreUnusable unusable(const std::string& folder, const std::string& what) {
  const auto id = remembered_installation(folder);
  std::string text = what + "; nothing was changed";
  text += "\n  with a backup, go on with:\n    flowyard restore --same FILE --data " + folder;
  text += "\n  without one, begin anew with:\n    " + way_to_begin_anew(folder);
  if (id) text += "\n  and remove what installation " + *id + " has left:\n" + ways_to_clear(*id);
  return StoreUnusable(text);
}

}  // namespace

std::string store_file(const std::string& data_folder) {
  return data_folder + "/flowyard.db";
}
std::string installation_file(const std::string& data_folder) {
  return data_folder + "/installation";
}

std::optional<std::string> remembered_installation(const std::string& data_folder) {
  std::string id;
  std::ifstream(installation_file(data_folder)) >> id;
  return id.empty() ? std::nullopt : std::optional(id);
}

void remember_installation(const std::string& data_folder, const std::string& id) {
  if (remembered_installation(data_folder) == id) return;
  write_file(installation_file(data_folder), id + "\n");
}

std::string usable_store(const std::string& data_folder) {
  const auto path = store_file(data_folder);
  const auto remembered = remembered_installation(data_folder);
  const std::string owner = remembered ? ", but this folder belongs to installation " + *remembered : "";
  if (!is_there(path)) {
    if (!remembered) return path;
    throw unusable(data_folder,
                   "the store " + path + (fs::exists(path) ? " is empty" : " is missing") + owner);
  }
  if (!begins_as_a_database(path)) {
    throw unusable(data_folder, "the store " + path + " is damaged: it is no SQLite database");
  }
  Inside inside;
  std::string damage;
  try {
    inside = look_inside(path);
  } catch (const StoreFailure& failure) {
    if (!is_damage(failure)) throw;
    damage = failure.what();
  }
  if (!damage.empty()) throw unusable(data_folder, "the store " + path + " is damaged: " + damage);
  if (remembered && inside.installation.empty()) {
    throw unusable(data_folder, "the store " + path + " has been emptied" + owner);
  }
  if (remembered && inside.installation != *remembered) {
    throw unusable(data_folder,
                   "the store " + path + " is that of installation " + inside.installation + owner);
  }
  return path;
}

}  // namespace flowyard::controller::store

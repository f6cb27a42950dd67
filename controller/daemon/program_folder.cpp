#include "controller/daemon/program_folder.hpp"

#include <filesystem>

namespace flowyard::controller::daemon {

std::string program_folder() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
}

}  // namespace flowyard::controller::daemon

// FolderLock: one controller per data folder, also after a crash: the kernel lets go of it with the process.
#pragma once

#include <string>

namespace flowyard::controller::app {

class FolderLock {
 public:
  // Makes the folder if need be. Throws std::runtime_error, with the other's process id, if it is held.
  explicit FolderLock(const std::string& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace flowyard::controller::app

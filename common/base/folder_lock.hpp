// FolderLock: one controller per data folder, also after a crash: the kernel lets go of it with the process.
#pragma once

#include <string>

namespace flowyard {

class FolderLock {
 public:
  // Makes the folder if need be. Throws std::runtime_error, with the other's process id, if it is held.
  explicit FolderLock(const std::string& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;

  // Whether some process holds the lock of that folder. Not asked by process id: that may be a zombie's, or
  // count in a container's own numbers.
  static bool is_held(const std::string& folder);

 private:
  int descriptor_ = -1;
};

}  // namespace flowyard

// FolderLock: one controller per data folder, also after a crash: the kernel releases it when the process
// ends.
#pragma once

#include <string>

namespace flowyard {

class FolderLock {
 public:
  // Creates the folder if missing. Throws std::runtime_error, with the holder's process id, if the lock is
  // held.
  explicit FolderLock(const std::string& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;

  // Whether some process holds the lock of that folder. The process id is no evidence: it may be a zombie's,
  // or belong to a container's pid namespace.
  static bool is_held(const std::string& folder);

 private:
  int descriptor_ = -1;
};

}  // namespace flowyard

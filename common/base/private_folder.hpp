// PrivateFolder: a folder that only its owner, this user, can read or change. Where anybody may create files,
// as in /tmp, another user may have created a folder or link of that name to read our files or to impersonate
// the controller.
#pragma once

#include <string>

#include "common/base/result.hpp"

namespace flowyard {

class PrivateFolder {
 public:
  // Creates the folder and its parents if missing; removes other users' rights to an existing one. Throws
  // ErrorException (Denied) for one that is a link, belongs to another user, or was writable by others;
  // std::system_error where it cannot be created.
  explicit PrivateFolder(std::string path);

  const std::string& path() const { return path_; }

  // Whether a server whose socket is in this folder may be trusted, for clients: Denied if the folder, or a
  // link in its place, belongs to a user other than us and root. Root trusts all; a missing folder is
  // accepted.
  static Result<void> check(const std::string& path);

 private:
  std::string path_;
};

}  // namespace flowyard

// PrivateFolder: a folder that only its owner, us, can look into or change. Where anybody may make files, as
// in /tmp, somebody else may have made a folder of that name, or a link, to read what we put there or to
// answer in our place.
#pragma once

#include <string>

#include "common/base/result.hpp"

namespace flowyard {

class PrivateFolder {
 public:
  // Makes the folder, and those above it, if need be; takes others' rights to an existing one of ours away.
  // Throws ErrorException (Denied) for one that is a link, belongs to another user, or in which others could
  // write until now; std::system_error where it cannot be made.
  explicit PrivateFolder(std::string path);

  const std::string& path() const { return path_; }

  // Whether what answers from within a folder may be trusted, for those who only look: Denied if it, or a
  // link in its place, belongs to a user who is neither us nor root. Root trusts all; what is not there is no
  // danger.
  static Result<void> check(const std::string& path);

 private:
  std::string path_;
};

}  // namespace flowyard

// A folder from which an image is built, as it travels with an experiment: packed into a tar archive, the
// same for the same content, without what its .dockerignore names.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"

namespace flowyard::controller::cli {

// The lines of a .dockerignore: "*", "?" and "[a-z]" within a name, "**" for any folders, "!" for what stays
// after all; the last one that fits decides. Pure.
class IgnoreRules {
 public:
  explicit IgnoreRules(std::string_view text = {});

  // `path` within the folder, '/' between its parts; also where a folder above it is named.
  bool leave_out(const std::string& path) const;

 private:
  struct Rule {
    std::string pattern;
    bool keeps = false;
  };
  std::vector<Rule> rules_;
};

// Invalid for links and whatever else is neither a file nor a folder, and for more than fits into a bundle.
// Files that are called Dockerfile, with anything before or after, are always in it.
Result<std::string> pack_folder(const std::filesystem::path& folder);

}  // namespace flowyard::controller::cli

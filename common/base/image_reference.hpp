// ImageReference: the name of a container image, taken apart by the grammar of references of the OCI
// distribution project ("[registry/]repository[:tag][@digest]"). Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace flowyard {

// The registry of names that have none.
inline constexpr const char* kDefaultRegistry = "docker.io";

struct ImageReference {
  std::string registry;    // "registry.example.com:5000"
  std::string repository;  // "library/python"
  std::string tag;         // "3.12-slim"; empty only where there is a digest
  std::string digest;      // "sha256:..."; empty: none

  // "registry.example.com/team/model"
  std::string name() const { return registry + "/" + repository; }

  bool operator==(const ImageReference&) const = default;
};

// With all that is left out put in: the default registry, its "library/", ":latest". Invalid, with what is
// wrong and no place, for what names no image; an image's id is no name of one.
Result<ImageReference> parse_image_reference(std::string_view text);

// Whole: "docker.io/library/python:3.12-slim".
std::string to_string(const ImageReference& reference);

}  // namespace flowyard

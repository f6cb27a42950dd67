// What a Dockerfile says of other images: as much of its language as that takes, by the rules of the
// classic builder. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"

namespace flowyard::controller::experiment::file {

// The images that it takes from others, by FROM and by COPY --from, each once and as it is named there; no
// stages of its own, and not `scratch`. Invalid, with the line of the Dockerfile, where a name is not
// written out (a variable, an image's id), since then nobody could say beforehand which image it is.
Result<std::vector<std::string>> images_of_dockerfile(std::string_view text);

}  // namespace flowyard::controller::experiment::file

// The call about one container that the container_*.cpp files begin with.
#pragma once

#include <string>
#include <string_view>

#include "docker/client/request.hpp"

namespace flowyard::docker {

// "VERB container NAME" as `METHOD /containers/NAME/SUFFIX`.
Call call_about_container(std::string_view verb, const std::string& name, http::Method method,
                          std::string_view suffix);

}  // namespace flowyard::docker

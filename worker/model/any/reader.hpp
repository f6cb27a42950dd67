// The reader for a model file, chosen by the end of its name: the one list of the kinds there are. Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "worker/model/model.hpp"

namespace flowyard::worker::model::any {

using Reader = Results<Model> (*)(std::string_view bytes, const std::string& file_name);

// nullptr for a file that is no model. Upper and lower case are the same.
Reader reader_for(const std::string& path);

// Likewise, but with what did read beside the errors.
using Examiner = Reading (*)(std::string_view bytes, const std::string& file_name);
Examiner examiner_for(const std::string& path);

// ".mdl, .xmile, ...": what reader_for knows.
std::string extensions();

}  // namespace flowyard::worker::model::any

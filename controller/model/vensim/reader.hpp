// The Vensim reader: the text of an .mdl file to a Model. Pure: no I/O, no clock; any thread.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "controller/model/model.hpp"
#include "controller/model/partly_read.hpp"

namespace flowyard::controller::model::vensim {

// `bytes` in any encoding of source_text.hpp; `file_name` is what places show. Every error found is
// returned, sorted by place; after one the reader goes on with the next equation. ErrorCode::Limit where the
// file asks for more than a model may have (model.hpp; 200 levels of nesting, kMaxExpressionDepth of
// operators, 3,000,000 nodes).
//
// Left to the compiler: see model.hpp. Dropped: sketches, settings, reality checks and string variables (the
// last with a warning). GET XLS/DIRECT stay Expression::Kind::External.
Results<Model> read(std::string_view bytes, const std::string& file_name);

// The same, with what could be read beside the errors.
PartlyRead read_partly(std::string_view bytes, const std::string& file_name);

}  // namespace flowyard::controller::model::vensim

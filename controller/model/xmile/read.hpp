// read: an XMILE file (.xmile, .stmx, .itmx, .xml) as a Model, whoever wrote it: Stella (the layout of
// version 10 too), Vensim's export, xmutil, simlin, a person. The only entry to this folder. Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "controller/model/partly_read.hpp"

namespace flowyard::controller::model::xmile {

// All errors at once, each with its place in `file_name` and the text that offends. Ignored content (except
// views and styles, which compute nothing) becomes a warning of the Model; what cannot be computed is an
// error. Size, depth and count are limited (ErrorCode::Limit).
Results<Model> read(std::string_view bytes, const std::string& file_name);

// The same, with what could be read beside the errors.
PartlyRead read_partly(std::string_view bytes, const std::string& file_name);

}  // namespace flowyard::controller::model::xmile

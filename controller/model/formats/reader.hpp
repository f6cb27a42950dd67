// The reader for a model file, chosen by the end of its name: the only list of model formats. Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "controller/model/model.hpp"
#include "controller/model/partly_read.hpp"

namespace flowyard::controller::model::formats {

// Every error in the file's text, with what could be read beside them.
using Reader = PartlyRead (*)(std::string_view bytes, const std::string& file_name);

// nullptr for a file that is no model. Case is ignored.
Reader reader_for(const std::string& path);

// For a model that has no name, such as one that is piped in: XMILE is XML, Vensim's equations end in `~ ...
// |` or the text says {UTF-8}; all else is taken for YAML.
Reader reader_of_text(std::string_view bytes);

// The text in which the places of that file's errors count: UTF-8, whatever the file is written in.
std::string decoded(std::string_view bytes, const std::string& path);

// ".mdl, .xmile, ...": what reader_for knows.
std::string extensions();

}  // namespace flowyard::controller::model::formats

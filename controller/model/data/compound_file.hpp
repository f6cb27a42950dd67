// The container around a workbook of older office programs: a small file system within a file, in sectors
// that are chained by tables. After "[MS-CFB]: Compound File Binary File Format". Pure.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace flowyard::controller::model::data {

// The bytes of the first stream that has one of these names; nullopt where there is none, or the container is
// broken. Never more bytes than the file has.
std::optional<std::string> stream_in(std::string_view file, std::initializer_list<std::string_view> names);

}  // namespace flowyard::controller::model::data

#include "controller/results/netcdf/classic.hpp"

#include <bit>
#include <cassert>
#include <cstdint>

namespace flowyard::controller::results::netcdf {
namespace {

// The format's own words.
constexpr std::uint32_t kDimensionList = 10, variable_list = 11, attribute_list = 12;
constexpr std::uint32_t kCharacter = 2, real = 6;
constexpr std::uint64_t kLargest = 0xFFFFFFFC;  // bytes of one variable

// All numbers are big-endian, and every part is filled up to four bytes.
class Bytes {
 public:
  void put32(std::uint64_t value) { put(value, 4); }
  void put64(std::uint64_t value) { put(value, 8); }
  void put_text(const std::string& text) {
    bytes_ += text;
    bytes_.append((4 - text.size() % 4) % 4, '\0');
  }
  void put_name(const std::string& name) {
    put32(name.size());
    put_text(name);
  }
  std::string take() { return std::move(bytes_); }

 private:
  void put(std::uint64_t value, int size) {
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) bytes_ += static_cast<char>(value >> shift);
  }
  std::string bytes_;
};

// A list that has nothing in it is told by two zeros.
void begin_list(Bytes& bytes, std::uint32_t tag, std::size_t count) {
  bytes.put32(count == 0 ? 0 : tag);
  bytes.put32(count);
}

void put_attributes(Bytes& bytes, const Attributes& attributes) {
  begin_list(bytes, attribute_list, attributes.size());
  for (const auto& [name, text] : attributes) {
    bytes.put_name(name);
    bytes.put32(kCharacter);
    bytes.put_name(text);  // a length and a text, too
  }
}

bool is_text(const Variable& variable) {
  const auto* elsewhere = std::get_if<Elsewhere>(&variable.values);
  return elsewhere ? *elsewhere == Elsewhere::Characters
                   : std::holds_alternative<std::string>(variable.values);
}

std::uint64_t values_of(const File& file, const Variable& variable) {
  std::uint64_t count = 1;
  for (const auto dimension : variable.dimensions) count *= file.dimensions.at(dimension).length;
  return count;
}

std::uint64_t filled_up(std::uint64_t size) {
  return (size + 3) / 4 * 4;
}

// `offset` is where the values start, once that is known.
std::string header(const File& file, std::uint64_t offset) {
  Bytes bytes;
  bytes.put_text(std::string("CDF\x02"));
  bytes.put32(0);  // no records
  begin_list(bytes, kDimensionList, file.dimensions.size());
  for (const auto& dimension : file.dimensions) {
    bytes.put_name(dimension.name);
    bytes.put32(dimension.length);
  }
  put_attributes(bytes, file.attributes);
  begin_list(bytes, variable_list, file.variables.size());
  for (const auto& variable : file.variables) {
    bytes.put_name(variable.name);
    bytes.put32(variable.dimensions.size());
    for (const auto dimension : variable.dimensions) bytes.put32(dimension);
    put_attributes(bytes, variable.attributes);
    bytes.put32(is_text(variable) ? kCharacter : real);
    bytes.put32(size_of(file, variable));
    bytes.put64(offset);
    offset += size_of(file, variable);
  }
  return bytes.take();
}

[[maybe_unused]] bool fits(const File& file, const Variable& variable) {
  const auto count = values_of(file, variable);
  if (const auto* text = std::get_if<std::string>(&variable.values)) return text->size() == count;
  const auto* numbers = std::get_if<std::vector<double>>(&variable.values);
  return numbers == nullptr || numbers->size() == count;
}

}  // namespace

std::uint64_t size_of(const File& file, const Variable& variable) {
  const auto count = values_of(file, variable);
  return is_text(variable) ? filled_up(count) : count * 8;
}

Result<std::string> header_of(const File& file) {
  for (const auto& variable : file.variables) {
    assert(fits(file, variable));
    if (size_of(file, variable) > kLargest)
      return failure(ErrorCode::Limit,
                     "'" + variable.name + "' is larger than 4 GiB, the most of this format");
  }
  // Its size does not depend on the offsets in it.
  return header(file, header(file, 0).size());
}

std::string bytes_of(const File& file, const Variable& variable) {
  std::string bytes;
  if (const auto* text = std::get_if<std::string>(&variable.values)) {
    bytes = *text;
    bytes.resize(filled_up(bytes.size()), '\0');
  } else if (const auto* numbers = std::get_if<std::vector<double>>(&variable.values)) {
    bytes.reserve(numbers->size() * 8);
    for (const double value : *numbers) append_number(bytes, value);
  } else {
    const auto count = values_of(file, variable);
    bytes.assign(is_text(variable) ? filled_up(count) - count : 0, '\0');
  }
  return bytes;
}

void append_number(std::string& bytes, double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(bits >> shift);
}

Result<std::string> write(const File& file) {
  auto bytes = header_of(file);
  if (!bytes) return bytes;
  for (const auto& variable : file.variables) *bytes += bytes_of(file, variable);
  return bytes;
}

std::string safe_name(const std::string& text) {
  std::string name;
  for (const char c : text) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      static_cast<unsigned char>(c) >= 0x80;
    name += kept ? c : '_';
  }
  return name.empty() ? "_" : name;
}

}  // namespace flowyard::controller::results::netcdf

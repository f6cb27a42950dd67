// How a message's number arrays are written and read: inline in JSON, or out of line behind a JSON header.
// The messages' field lists (fields.cpp) are written once against these two interfaces.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace flowyard::worker::protocol {

using Json = nlohmann::json;

class NumberWriter {
 public:
  virtual ~NumberWriter() = default;
  virtual Json write(const std::vector<double>& values) = 0;
};

// Numbers as a JSON array.
class InlineWriter final : public NumberWriter {
 public:
  Json write(const std::vector<double>& values) override;
};

// Numbers collected behind the header.
class ColumnWriter final : public NumberWriter {
 public:
  Json write(const std::vector<double>& values) override;
  const std::vector<double>& collected() const { return collected_; }

 private:
  std::vector<double> collected_;
};

// Reads either form; throws std::invalid_argument on anything else, and on places outside `columns`.
class NumberReader {
 public:
  explicit NumberReader(std::string_view columns) : columns_(columns) {}
  std::vector<double> read(const Json& value) const;

 private:
  std::string_view columns_;
};

double number_from(const Json& value);
Json number_to(double value);

}  // namespace flowyard::worker::protocol

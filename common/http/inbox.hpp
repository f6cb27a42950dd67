// Inbox: the receive buffer of a connection: bytes read and not yet parsed. Small while idle, so that
// thousands of idle connections cost little; grows with the messages received.
#pragma once

#include <cstring>
#include <string_view>
#include <vector>

namespace flowyard::http {

class Inbox {
 public:
  static constexpr std::size_t kSmallest = 4u << 10;
  static constexpr std::size_t kLargestRead = 128u << 10;

  std::string_view unparsed() const { return {bytes_.data() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }

  void consume(std::size_t size) {
    begin_ += size;
    if (begin_ == end_) begin_ = end_ = 0;
  }

  // Between messages: releases the memory of a large one.
  void settle() {
    if (empty() && bytes_.size() > kSmallest) *this = Inbox{};
  }

  struct Room {
    char* data;
    std::size_t size;
  };

  // Space to read into, after the unparsed bytes; doubles when the last one was filled.
  Room room() {
    if (begin_ > 0) {
      std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    if (filled_) next_ = next_ < kLargestRead ? next_ * 2 : kLargestRead;
    if (bytes_.size() < end_ + next_) bytes_.resize(end_ + next_);
    return {bytes_.data() + end_, bytes_.size() - end_};
  }

  // That many bytes were read into the space.
  void commit(std::size_t size) {
    end_ += size;
    filled_ = end_ == bytes_.size();
  }

 private:
  std::vector<char> bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t next_ = kSmallest;
  bool filled_ = false;
};

}  // namespace flowyard::http

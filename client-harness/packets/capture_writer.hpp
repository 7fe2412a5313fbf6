#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "packets/capture_reader.hpp"

struct pcap;
struct pcap_dumper;

namespace misproxy {

/// Writes frames of one link type as a pcap file with nanoseconds.
class CaptureWriter {
 public:
  /// A file that is not there yet. On an error, a sentence with the path.
  static std::variant<CaptureWriter, std::string> open(const std::string& path, int link_type);

  /// `frame.link_type` and `frame.number` are not heeded.
  void write(const RawFrame& frame);
  /// A sentence where something could not be written.
  std::optional<std::string> finish();

 private:
  struct Close {
    void operator()(pcap* file) const;
    void operator()(pcap_dumper* file) const;
  };

  CaptureWriter(std::string path, pcap* form, pcap_dumper* file)
      : path_(std::move(path)), form_(form), file_(file) {}

  std::string path_;
  std::unique_ptr<pcap, Close> form_;
  std::unique_ptr<pcap_dumper, Close> file_;
};

}  // namespace misproxy

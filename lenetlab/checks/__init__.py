"""What hidden tests call: an architecture compared, an answer judged, and the texts."""

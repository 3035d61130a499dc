"""`vizora usb`: content for screens without a network, on a stick that anybody may carry."""
